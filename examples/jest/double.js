/** What the worker file hands to createTaskWorker(), and the task. */
const { withInProcessFallback } = require('atelier-react/in-process')
const { taskOptions } = require('atelier-react')

const handlers = { double: (value) => value * 2 }

exports.doubleTask = taskOptions({
  type: 'parallel',
  taskId: 'double',
  worker: withInProcessFallback(() => new Worker('/double.worker.js', { type: 'module' }), { handlers }),
})
