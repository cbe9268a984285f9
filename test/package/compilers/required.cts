/** A CommonJS file of an app. */
import hooks = require('atelier-react')
import core = require('atelier-react/core')

export const runtime: core.TaskRuntime = core.createTaskRuntime()
export const { useTaskCall } = hooks
