// `npm run openapi`: writes the API description that is committed with the code. Needs the compiled API.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeApi } from '../apps/api/dist/openapi/openapi-document.js';
import { stringifyJson } from '../libs/domain/dist/index.js';
import { root } from './prepare.mjs';

const text = JSON.stringify(JSON.parse(stringifyJson(describeApi())), null, 2);
writeFileSync(join(root, 'apps', 'api', 'openapi.json'), `${text}\n`);
