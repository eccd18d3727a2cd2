import { expect, it } from 'vitest';
import { configurationPage } from './configuration-page.js';

it('documents every variable as the code declares it', async () => {
  await expect(configurationPage()).toMatchFileSnapshot('../../docs/configuration.md');
});
