import react from '@vitejs/plugin-react'
import { playwright } from '@vitest/browser-playwright'
import { defineConfig, type TestProjectInlineConfiguration, type ViteUserConfig } from 'vitest/config'
import { reactCompiler } from './scripts/build/react-compiler.mjs'
import { ENGINE_NAMES, type EngineName } from './scripts/engines/find.mjs'
import { engineProvider, memoryCommands } from './scripts/engines/provider.mjs'
import { isolationHeaders, launchOptions } from './scripts/lib/chromium.mjs'
import { packageAliases, root } from './scripts/lib/entries.mjs'

const resolve = { alias: packageAliases() }
const server = { headers: isolationHeaders }
const worker = { format: 'es' as const }

// A new object for each project: Vitest writes into the instances it is given.
const chromium = () => ({
  enabled: true,
  headless: true,
  screenshotFailures: false,
  provider: playwright({ launchOptions: launchOptions() }),
  instances: [{ browser: 'chromium' as const }],
})

// Firefox and WebKit have no tool of Vitest's to drive them where they are installed by the system.
const engine = (name: EngineName, { isMeasured = false } = {}) => ({
  enabled: true,
  // Without the interface of Vitest around the tests.
  headless: true,
  screenshotFailures: false,
  provider: engineProvider(name, { isMeasured }),
  ...(isMeasured ? { commands: memoryCommands } : {}),
  instances: [{ browser: name }],
})

// A dependency that Vite discovers in the middle of a run makes it reload the page and fail the test.
const optimizeDeps = {
  include: [
    'react',
    'react/jsx-runtime',
    'react/jsx-dev-runtime',
    'react-dom',
    'react-dom/client',
    'use-sync-external-store/with-selector',
    '@testing-library/react',
    '@testing-library/user-event',
    'd3-array',
    'fast-check',
    '@opentelemetry/api',
    '@opentelemetry/context-zone',
    '@opentelemetry/core',
    '@opentelemetry/exporter-metrics-otlp-http',
    '@opentelemetry/exporter-trace-otlp-http',
    '@opentelemetry/resources',
    '@opentelemetry/sdk-metrics',
    '@opentelemetry/sdk-trace-base',
    '@opentelemetry/sdk-trace-web',
  ],
}

/** The suites of the hooks on one React, with hooks and test components as they are or compiled by the React Compiler. */
function reactProject(name: string, version: 18 | 19, isCompiled: boolean): TestProjectInlineConfiguration {
  const react18 = [
    { find: /^react(-dom)?($|\/)/, replacement: 'react$1-18$2' },
    { find: /^react-compiler-runtime$/, replacement: `${root}scripts/build/memo-cache.mjs` },
  ]
  const compiler = reactCompiler({ include: /\/(hooks|test\/react)\/.*\.tsx?$/, target: `${version}` })
  return {
    resolve: { alias: [...packageAliases(), ...(version === 18 ? react18 : [])] },
    plugins: [...(isCompiled ? [compiler] : []), react()],
    test: {
      name,
      environment: 'jsdom',
      pool: 'threads',
      // What is no .tsx renders nothing: once is enough.
      include: [`test/react/**/*.test.${name === 'react' ? '{ts,tsx}' : 'tsx'}`],
      setupFiles: [
        ...(version === 18 ? ['./test/setup/react-18.ts'] : []),
        './test/setup/telemetry.ts',
        './test/setup/react.ts',
        './test/setup/fast-check.ts',
      ],
      env: { LANE_REACT: `${version}`, LANE_COMPILED: isCompiled ? '1' : '' },
      // ES modules, which only the aliases lead to another React.
      server: { deps: { inline: ['@tanstack/react-query', 'react-router'] } },
    },
  }
}

const leaks = 'test/browser/leaks/*.test.ts'
const otlpReceiver = './test/browser/otel/receiver.ts'

/** Everything that needs a real browser, in one of them. */
function browserProject(
  name: string,
  browser: ReturnType<typeof chromium> | ReturnType<typeof engine>,
  {
    include = 'test/browser/**/*.test.{ts,tsx}',
    exclude = [],
  }: { include?: string; exclude?: string[] } = {},
): TestProjectInlineConfiguration {
  return {
    resolve,
    server,
    worker,
    optimizeDeps,
    plugins: [react()],
    test: {
      name,
      include: [include],
      exclude,
      globalSetup: otlpReceiver,
      browser,
    },
  }
}

/** The suites of OpenTelemetry on its next generation, which is installed apart, with the API that it asks for. */
function otelNextProject(): TestProjectInlineConfiguration {
  const next = `${root}test/browser/otel/next`
  const api = { find: '@opentelemetry/api', replacement: `${next}/node_modules/@opentelemetry/api` }
  const sdk = { find: /^\.\/sdk\.ts$/, replacement: `${next}/sdk.ts` }
  return {
    resolve: { alias: [...packageAliases(), api, sdk] },
    server,
    worker,
    optimizeDeps: {
      include: [
        '@opentelemetry/api',
        '@opentelemetry/context-zone',
        ...[
          'exporter-metrics-otlp-http',
          'exporter-trace-otlp-http',
          'resources',
          'sdk-metrics',
          'sdk-trace',
        ].map((name) => `otel-next > @opentelemetry/${name}`),
      ],
    },
    test: {
      name: 'otel-next',
      include: ['test/browser/otel/*.test.ts'],
      globalSetup: otlpReceiver,
      browser: chromium(),
    },
  }
}

// Storybook's plugin takes a second to load: a run that names other projects goes without it.
const named = process.argv.flatMap(
  (arg, i, all) => (arg === '--project' ? all[i + 1] : arg.match(/^--project=(.*)/)?.[1]) ?? [],
)
const withStorybook =
  named.length === 0 || named.some((name) => name.includes('*') || name.includes('storybook'))

async function storybookProject(): Promise<TestProjectInlineConfiguration> {
  const { storybookTest } = await import('@storybook/addon-vitest/vitest-plugin')
  return {
    resolve,
    server,
    worker,
    optimizeDeps: { include: [...optimizeDeps.include, '@storybook/addon-a11y/preview'] },
    plugins: [storybookTest({ configDir: '.storybook' })],
    // A story that works through the whole corpus takes its time on a busy machine.
    test: { name: 'storybook', testTimeout: 120_000, browser: chromium() },
  }
}

export default defineConfig(
  async (): Promise<ViteUserConfig> => ({
    test: {
      coverage: {
        provider: 'v8',
        include: ['src/**', 'hooks/**', 'devtools/**', 'testing/**', 'in-process/**'],
      },
      projects: [
        {
          resolve,
          test: {
            name: 'unit',
            environment: 'node',
            include: ['test/unit/**/*.test.ts'],
            setupFiles: ['./test/setup/telemetry.ts', './test/setup/fast-check.ts'],
          },
        },
        {
          resolve,
          test: { name: 'structure', environment: 'node', include: ['test/structure/**/*.test.ts'] },
        },
        {
          // Reads what `npm run docs` has built.
          test: { name: 'site', environment: 'node', include: ['test/site/**/*.test.ts'] },
        },
        {
          test: {
            name: 'package',
            environment: 'node',
            include: ['test/package/**/*.test.ts'],
            testTimeout: 120_000,
            hookTimeout: 120_000,
          },
        },
        {
          resolve,
          test: {
            name: 'trace',
            environment: 'node',
            include: ['test/trace/**/*.test.ts'],
            testTimeout: 120_000,
            hookTimeout: 120_000,
          },
        },
        reactProject('react', 19, false),
        reactProject('react-compiled', 19, true),
        reactProject('react-18', 18, false),
        reactProject('react-18-compiled', 18, true),
        browserProject('browser', chromium()),
        // A run that does not name them needs neither.
        ...ENGINE_NAMES.filter((name) => named.includes(name)).map((name) =>
          browserProject(name, engine(name), { exclude: [leaks] }),
        ),
        // Apart, as they are slower when they are started to be measured.
        ...ENGINE_NAMES.filter((name) => named.includes(`${name}-leaks`)).map((name) =>
          browserProject(`${name}-leaks`, engine(name, { isMeasured: true }), { include: leaks }),
        ),
        otelNextProject(),
        ...(withStorybook ? [await storybookProject()] : []),
      ],
    },
  }),
)
