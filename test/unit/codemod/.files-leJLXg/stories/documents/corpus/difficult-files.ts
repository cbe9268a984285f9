/**
 * Files that cannot be indexed, to see what happens: empty, binary, far too large, and gone before it is read, where the browser
 * has files that can go.
 */

export async function difficultFiles(): Promise<File[]> {
  const files = [
    new File([], 'empty.txt'),
    new File([binaryBytes()], 'photograph.jpg'),
    new File(fiftyMegabytes(), 'fifty-megabytes.txt'),
    await vanishedFile('vanished.txt'),
  ]
  return files.filter((file) => file !== undefined)
}

/** The beginning of a JPEG: bytes that are no text in any encoding. */
function binaryBytes(): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4096)
  bytes.set([0xff, 0xd8, 0xff, 0xe0, 0x00, 0x10, 0x4a, 0x46, 0x49, 0x46, 0x00, 0x01])
  return bytes
}

/** One block fifty times: a Blob refers to its parts, it is never in memory as a whole. */
function fiftyMegabytes(): Blob[] {
  const block = new Blob(['a sentence that fills space. '.repeat(34_483).slice(0, 1_000_000)])
  return Array.from({ length: 50 }, () => block)
}

/**
 * A file of the origin's private file system that is removed once one holds it; reading it then really fails. Nothing where
 * there is no such file system, or where what was removed can still be read.
 */
export async function vanishedFile(name: string): Promise<File | undefined> {
  // Not everywhere, whatever the types say.
  const storage = navigator.storage as Partial<StorageManager> | undefined
  if (storage?.getDirectory === undefined) return undefined
  const directory = await navigator.storage.getDirectory()
  const handle = await directory.getFileHandle(name, { create: true })
  const writable = await handle.createWritable()
  await writable.write('It was here a moment ago.')
  await writable.close()
  const file = await handle.getFile()
  await directory.removeEntry(name)
  const isGone = await file.text().then(
    () => false,
    () => true,
  )
  return isGone ? file : undefined
}
