import { chromium } from 'playwright'
import { readFileSync } from 'node:fs'
const src = readFileSync(process.argv[2], 'utf8')
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium', args: ['--no-sandbox','--disable-gpu','--js-flags=--expose-gc'] })
const page = await browser.newPage()
page.on('console', m => console.log(m.text()))
page.on('pageerror', e => console.log('pageerror', e))
await page.route('http://localhost/', r => r.fulfill({ contentType: 'text/html', body: '<p>', headers: {'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp'} })); await page.goto('http://localhost/')
console.log(JSON.stringify(await page.evaluate(src), null, 1))
await browser.close()
