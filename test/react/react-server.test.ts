/** The `react-server` condition: the same names, each saying what to do. */
import { expect, it } from 'vitest'
import * as client from '../../hooks/index.ts'
import * as server from '../../hooks/react-server.ts'

it('has the names of the client entry', () => {
  expect(Object.keys(server).sort()).toEqual(Object.keys(client).sort())
})

it.each(Object.entries(server))('%s says what to do instead', (name, stub) => {
  const message = new RegExp(`^${name} of atelier-react .*'use client'`)
  expect(() => stub()).toThrow(message)
  expect(() => Reflect.construct(stub, [])).toThrow(message)
  expect(new Error('any') instanceof stub).toBe(false)
})
