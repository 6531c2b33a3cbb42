import { agentFeature } from '../agent/agent-feature.tsx';
import { filesFeature } from '../files/files-feature.tsx';
import { historyFeature } from '../history/history-feature.tsx';
import { keptFeature } from '../kept/kept-feature.tsx';
import { languageFeature } from '../language/language-feature.tsx';
import { offlineFeature } from '../offline/offline-feature.tsx';
import { publishFeature } from '../publish/publish-feature.tsx';
import { runFeature } from '../run/run-feature.tsx';
import { searchFeature } from '../search/search-feature.tsx';
import { shareFeature } from '../share/share-feature.tsx';
import { sourceControlFeature } from '../source-control/source-control-feature.tsx';
import { terminalFeature } from '../terminal/terminal-feature.tsx';
import { tourFeature } from '../tour/tour-feature.tsx';
import type { Feature } from '../workbench/feature.ts';

/** What the workspace is made of: one line for each feature's folder. */
export const features: readonly Feature[] = [
  filesFeature,
  searchFeature,
  agentFeature,
  runFeature,
  terminalFeature,
  publishFeature,
  historyFeature,
  sourceControlFeature,
  shareFeature,
  languageFeature,
  tourFeature,
  keptFeature,
  offlineFeature,
];
