/** Posts a value that may hold what is transferred: a list that is refused loses nothing, and a refusal names its culprit. */
import { messageOf } from '../lib/words.ts'
import { isCloneFailure, isExhausted } from './clone-failure.ts'
import { findUnclonable } from './find-unclonable.ts'
import { warnOfLostClasses } from './lost-classes.ts'
import { Refusal } from './refusal.ts'
import { transferListOf } from './transfer.ts'
import {
  findTransferables,
  findTransferOnly,
  inSafeOrder,
  mayBeOfTransferOnly,
  mistakeIn,
  withoutRefused,
} from './transferables.ts'

/** Posts one message. */
export type Post = (message: unknown, transfer?: readonly Transferable[]) => void

/** `kept`: it was not posted, as the caller wished. */
export type PostOutcome = 'cloned' | 'moved' | 'kept'

/**
 * Posts `message`, in which `value` stands; `path` is the value's own. `transfer` says what is transferred: a list, or
 * whatever can be. What has no clone is transferred without being asked, once a post was refused for it; `keepsBack` may
 * veto that.
 *
 * @throws Refusal
 */
export function postValue(
  post: Post,
  message: unknown,
  value: unknown,
  path: string,
  transfer: readonly Transferable[] | 'auto' | undefined,
  keepsBack?: () => boolean,
): PostOutcome {
  let list: readonly Transferable[] = []
  if (transfer === 'auto') list = inSafeOrder(foundOrMarked(value))
  else if (transfer !== undefined && transfer.length > 0) {
    const mistake = mistakeIn(transfer)
    if (mistake !== undefined) throw new Refusal(mistake, undefined)
    list = inSafeOrder(transfer)
  }
  for (;;) {
    try {
      if (list.length === 0) post(message)
      else post(message, list)
      warnOfLostClasses(value, path)
      return list.length === 0 ? 'cloned' : 'moved'
    } catch (error) {
      const fewer = withoutRefused(list, error)
      const others =
        fewer || isExhausted(error) ? [] : without(findTransferOnly(value, msToLook(error)), list)
      if (!fewer && others.length === 0) throw refusal(value, path, error)
      if (others.length > 0 && keepsBack?.()) return 'kept'
      list = fewer ?? [...list, ...others]
    }
  }
}

/** Of a buffer that is seen in part only, nothing is found: it goes where a mark says so, of the value or of an argument. */
function foundOrMarked(value: unknown): Transferable[] {
  const marked = [value].concat(value).flatMap((part) => transferListOf(part) ?? [])
  return [...new Set([...findTransferables(value), ...marked])]
}

/**
 * A copy of a value that has to wait for its message, as {@link postValue} would send it now: what is transferred is gone.
 *
 * @throws Refusal
 */
export function copyOfValue(
  value: unknown,
  path: string,
  transfer: readonly Transferable[] | undefined,
): unknown {
  let copy: unknown
  const take: Post = (message, moved = []) => {
    copy = structuredClone(message, { transfer: [...moved] })
  }
  postValue(take, value, value, path, transfer)
  return copy
}

/** The call fails without what is looked for, so it is worth more where the browser says that this is it. */
function msToLook(error: unknown): number {
  return mayBeOfTransferOnly(error) ? 200 : 8
}

function refusal(value: unknown, path: string, error: unknown): Refusal {
  const culprit = findUnclonable(value, path, error)
  if (isCloneFailure(error) || culprit.includes('\n')) return new Refusal(culprit, error)
  // A getter of the user's threw, or a trap.
  return new Refusal(`${culprit}\ncannot be read: ${messageOf(error)}`, error)
}

function without(found: readonly Transferable[], list: readonly Transferable[]): Transferable[] {
  return found.filter((item) => !list.includes(item))
}
