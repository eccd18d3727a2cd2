/** The import rules: which package may know which. Checked by `npm run boundaries`. */

/** What each package may import, beside itself. Everything points one way: apps → engine, environments → execution → … → domain. */
const LAYERS = {
  'libs/domain': [],
  'libs/slurm': ['libs/domain'],
  'libs/config': ['libs/domain'],
  'libs/hosts': ['libs/domain', 'libs/config'],
  'libs/database': ['libs/domain', 'libs/config'],
  'libs/queue': ['libs/domain', 'libs/config'],
  'libs/embedded': [],
  'libs/process': [],
  'libs/execution': ['libs/domain', 'libs/config', 'libs/hosts', 'libs/database', 'libs/queue'],
  'libs/engine': ['libs/domain', 'libs/slurm', 'libs/config', 'libs/hosts', 'libs/database', 'libs/queue', 'libs/execution'],
  'libs/environments': ['libs/domain', 'libs/config', 'libs/hosts', 'libs/database', 'libs/queue', 'libs/execution'],
  'apps/api': [
    'libs/domain',
    'libs/config',
    'libs/process',
    'libs/hosts',
    'libs/database',
    'libs/queue',
    'libs/execution',
    'libs/engine',
    'libs/environments',
  ],
  'apps/worker': [
    'libs/domain',
    'libs/config',
    'libs/process',
    'libs/hosts',
    'libs/database',
    'libs/queue',
    'libs/execution',
    'libs/engine',
    'libs/environments',
  ],
  'apps/fractalctl': [
    'libs/domain',
    'libs/slurm',
    'libs/config',
    'libs/hosts',
    'libs/process',
    'libs/database',
    'libs/embedded',
    'test/cluster',
  ],
};

/** Tests may also use what starts servers for them, and the packages that they test against. */
const TEST_FILE = '([.](int-)?spec[.]ts|[.]spec-support[.]ts)$|^(libs|apps)/[^/]+/test/';
const PURE = '^libs/(domain|slurm)/src/';
const SIDE_EFFECTS = '^(node:)?(fs|child_process|net|http|https|http2|dgram|dns|tls|cluster|worker_threads|os|process|timers)(/|$)';

const layerRules = Object.entries(LAYERS).map(([from, allowed]) => ({
  name: `layer-of-${from.replace('/', '-')}`,
  comment: `${from} may import ${allowed.length === 0 ? 'no other package of ours' : allowed.join(', ')}.`,
  severity: 'error',
  from: { path: `^${from}/`, pathNot: TEST_FILE },
  to: { path: '^(libs|apps|test)/', pathNot: [from, ...allowed].map((path) => `^${path}/`) },
}));

module.exports = {
  forbidden: [
    ...layerRules,
    {
      name: 'public-index-only',
      comment: 'A package is used through its src/index.ts; what is behind it is its own affair.',
      severity: 'error',
      from: { path: '^((?:libs|apps)/[^/]+|test/(?:support|cluster))/' },
      to: {
        path: '^(libs|apps|test/(support|cluster))/',
        pathNot: ['^$1/', '^libs/[^/]+/src/index[.]ts$', '^test/support/src/index[.]ts$', '^test/cluster/src/(index|vitest/index)[.]ts$'],
      },
    },
    {
      name: 'cluster-for-the-demo-only',
      comment: 'A SLURM cluster of our own is for tests, benches and tools; of the product only `demo --slurm` may start one.',
      severity: 'error',
      from: { path: '^(libs|apps)/', pathNot: [TEST_FILE, '^apps/fractalctl/src/demo/'] },
      to: { path: '^test/cluster/' },
    },
    {
      name: 'tests-use-public-index-only',
      comment: 'Tests across packages use packages as everybody does.',
      severity: 'error',
      from: { path: '^test/' },
      to: { path: '^(libs|apps)/', pathNot: ['^libs/[^/]+/src/index[.]ts$'] },
    },
    {
      name: 'domain-without-effects',
      comment: 'The rules of the domain are pure: no files, processes, network, clocks that wait.',
      severity: 'error',
      from: { path: PURE, pathNot: TEST_FILE },
      to: { path: SIDE_EFFECTS, dependencyTypes: ['core'] },
    },
    {
      name: 'domain-without-frameworks',
      comment: 'Nest, TypeORM, BullMQ, pg and ssh2 are unknown to the domain, also as types.',
      severity: 'error',
      from: { path: PURE },
      to: { path: 'node_modules/(@nestjs|typeorm|bullmq|ioredis|pg|ssh2|fastify)(/|$)' },
    },
    {
      name: 'no-cycles',
      comment: 'Files that need each other are one idea, or one too many. Types may point both ways, and so may the relations of entities.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'], pathNot: '[.]entity[.]ts$' } },
    },
    {
      name: 'resolvable',
      comment: 'An import that leads nowhere fails at start only.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'declared-packages',
      comment: 'What a package imports stands in its package.json (tests may use the tools of the root).',
      severity: 'error',
      from: { path: '^(libs|apps)/', pathNot: TEST_FILE },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.tests.json' },
    combinedDependencies: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@fractal-server/source', 'import', 'node', 'default', 'types'],
    },
  },
};
