import { allSections, type Variable } from '@fractal-server/config';

const TITLES: Readonly<Record<keyof typeof allSections, string>> = {
  application: 'General',
  database: 'Database',
  email: 'E-mail',
  oauth: 'Log-in through another provider',
  queue: 'Queue',
  http: 'API processes',
  place: 'Workers',
  ssh: 'SSH',
  slurm: 'SLURM',
};

const INTRODUCTION = `# Configuration

Every process reads its settings once, at its start, and refuses to start with all problems listed when some are not valid. Sources, the first that
names a variable wins: the environment of the process; the file \`.fractal_server.env\` in its working directory (\`NAME=value\` lines); the default.
Names are case-sensitive. An empty text is a value, not "unset". Flags are \`true\` or \`false\`.

This page is made from the code: \`npx vitest run --project integration test/documents -u\` writes it anew.
`;

const OPTIONS = `## Options of \`npm start\` and \`npm run demo\`

Given after \`--\`, as in \`npm start -- --port 9000\`. They set the variables above for the processes that are started, where these are not set by hand.

| option | default | meaning |
| --- | --- | --- |
| \`--host\` | \`127.0.0.1\` | address to listen on |
| \`--port\` | \`8000\` | port to listen on; 0 takes a free one |
| \`--data\` | \`.fractal\` in the checkout | folder of everything that is kept |
| \`--admin-email\` | \`admin@example.org\` | the admin of the first start |
| \`--admin-password\` | made up, kept in \`secrets/admin-password\` of the data folder | its password |
| \`--admin-project-dir\` | \`projects\` in the data folder | where its datasets go |
| \`--api-processes\` | 1 | API processes behind the port |
| \`--workers\` | 1 | worker processes |
| \`--backend\` | \`local\` | types of resources that the workers serve: \`local\`, \`slurm_sudo\`, \`slurm_ssh\` |
| \`--queue\` | Redis where there is one, PostgreSQL otherwise | \`redis\` or \`postgres\` |
| \`--exit\` | | \`demo\` only: end when it is over, with status 0 or 1 |
| \`--slurm\` | \`ssh\` | \`demo\` only: on a SLURM cluster of its own on this machine, reached by \`ssh\` or \`sudo\`. Without \`--data\` everything but the picture goes with it |

Without \`POSTGRES_HOST\`, \`POSTGRES_PORT\` and \`POSTGRES_DB\` they start a PostgreSQL of their own; without \`JWT_SECRET_KEY\` they make one up and keep it.
`;

/** `docs/configuration.md`: every variable of every section, from its one declaration. */
export function configurationPage(): string {
  const sections = Object.entries(allSections).map(([name, { variables }]) => {
    const rows = Object.values(variables as Record<string, Variable<unknown>>).map(describe);
    return `## ${TITLES[name as keyof typeof allSections]}\n\n| variable | kind | default | meaning |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n`;
  });
  return [INTRODUCTION, ...sections, OPTIONS].join('\n');
}

function describe({ name, kind, description, byDefault }: Variable<unknown>): string {
  return `| \`${name}\` | ${kind} | ${byDefault === undefined ? '**required**' : describeDefault(byDefault.value)} | ${description} |`;
}

function describeDefault(value: unknown): string {
  return value === null ? 'unset' : `\`${JSON.stringify(value).replaceAll('"', '')}\``;
}
