/** `npm run requirements`: writes docs/requirements.md anew. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../sources.ts';
import { collectCitations } from './collect-citations.ts';
import { printPage } from './print-page.ts';

writeFileSync(join(root, 'docs/requirements.md'), printPage(collectCitations()));
