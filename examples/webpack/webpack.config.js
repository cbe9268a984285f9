export default { entry: './main.js', output: { publicPath: '/' }, performance: { hints: false } }
