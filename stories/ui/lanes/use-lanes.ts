/** A picture of a runtime that follows its events, rendered ten times a second while there is work. */
import { useRuntimeEvents } from 'atelier-react'
import { useEffect, useState } from 'react'
import { LaneLog, type LaneLogOptions, type LanePicture } from './lane-log.ts'

const drawEveryMs = 100

export interface LiveLanes {
  readonly picture: LanePicture
  clear(): void
}

export function useLanes(options?: LaneLogOptions): LiveLanes {
  const [log] = useState(() => new LaneLog(options))
  const [picture, setPicture] = useState(() => log.picture(performance.now()))
  useRuntimeEvents(log.take, { kinds: ['call', 'worker'] })
  useEffect(() => {
    let shown = log.version
    const timer = setInterval(() => {
      if (log.version === shown && !log.isLive) return
      shown = log.version
      setPicture(log.picture(performance.now()))
    }, drawEveryMs)
    return () => clearInterval(timer)
  }, [log])
  return { picture, clear: () => log.clear() }
}
