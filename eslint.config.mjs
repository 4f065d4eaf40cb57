import js from '@eslint/js'
import prettier from 'eslint-config-prettier'
import regexp from 'eslint-plugin-regexp'
import tseslint from 'typescript-eslint'

/** Which rooms of src/ a room may import from, besides itself, `failure.ts`, `foreign-text.ts`, `trim.ts` and `time/` (see docs/architecture.md). */
const ROOMS = {
  time: [],
  cluster: [],
  etcd: ['cluster'],
  pki: ['cluster'],
  ssh: ['cluster'],
  ci: [],
  inputs: ['cluster', 'etcd', 'pki', 'ssh'],
  host: ['cluster', 'ssh'],
  runner: ['cluster', 'etcd'],
  observe: ['cluster', 'etcd', 'host', 'ssh'],
  plan: ['cluster', 'etcd', 'pki'],
  apply: ['cluster', 'etcd', 'host', 'observe', 'plan', 'ssh'],
  report: ['cluster', 'plan'],
  run: ['ci', 'cluster', 'etcd', 'host', 'inputs', 'report', 'ssh'],
  operations: [
    ...['apply', 'ci', 'cluster', 'etcd', 'host', 'inputs', 'observe', 'pki', 'plan', 'report', 'run'],
    ...['runner', 'ssh'],
  ],
}

/** Packages that live in some rooms alone. */
const PACKAGES = {
  '@actions/core': ['ci'],
  '@actions/exec': ['runner'],
  '@actions/http-client': ['runner'],
  'node-forge': ['pki'],
  'node-ssh': ['ssh'],
  ssh2: ['ssh'],
}

/** Rooms whose code is pure: no clock of their own, no files, no processes, no network. */
const PURE = ['cluster', 'etcd', 'plan', 'report']
const EFFECTS = ['fs', 'fs/promises', 'child_process', 'net', 'tls', 'http', 'https', 'os', 'dns']

const rulesOf = (room) => {
  const forbiddenRooms = Object.keys(ROOMS).filter(
    (other) => other !== room && other !== 'time' && !ROOMS[room].includes(other),
  )
  const forbiddenPackages = Object.keys(PACKAGES).filter((name) => !PACKAGES[name].includes(room))
  const effects = PURE.includes(room) ? EFFECTS.flatMap((name) => [name, `node:${name}`]) : []
  return {
    files: [`src/${room}/**/*.ts`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: [...forbiddenPackages, ...effects].map((name) => ({
            name,
            message: `src/${room}/ must not import ${name}.`,
          })),
          patterns: [
            ...forbiddenRooms.map((other) => ({
              group: [`../${other}/*`, `../../${other}/*`, `../../../${other}/*`],
              message: `src/${room}/ must not import from src/${other}/.`,
            })),
            {
              group: ['../main*', '../index*', '../post*'],
              message: 'Rooms do not import the wiring.',
            },
          ],
        },
      ],
    },
  }
}

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'coverage/', '.cache/'] },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  {
    files: ['**/*.ts', '**/*.mts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      'max-lines': ['error', { max: 250 }],
    },
  },
  {
    // Text of hosts goes through these patterns: none may take more time than in proportion to it. What these rules do not see,
    // __tests__/parsers/growth.test.ts does.
    files: ['src/**/*.ts'],
    plugins: { regexp },
    rules: {
      'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
      'regexp/no-super-linear-move': ['error', { report: 'potential', ignoreSticky: true }],
    },
  },
  {
    files: ['**/*.mjs'],
    languageOptions: {
      globals: Object.fromEntries(
        [
          'Buffer',
          'URL',
          'clearInterval',
          'clearTimeout',
          'console',
          'process',
          'setInterval',
          'setTimeout',
        ].map((name) => [name, 'readonly']),
      ),
    },
  },
  ...Object.keys(ROOMS).map(rulesOf),
  prettier,
)
