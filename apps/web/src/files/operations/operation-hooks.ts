import type { AskConflict } from './transfer-plan.ts';

/** Injected, so that operations know neither dialogs nor tabs. */
export interface OperationHooks {
  readonly askConflict: AskConflict;
  /** Whether to delete for good what is too large to be kept. */
  readonly askForever: (text: string) => Promise<boolean>;
  /** Before anything changes its place: what is typed is written where it belongs. */
  readonly beforeChange: () => Promise<void>;
  readonly onMoved: (from: string, to: string) => void;
  readonly onDeleted: (path: string) => void;
  /** Resolves once the tree shows what is in these folders now. */
  readonly reread: (folders: Iterable<string>) => Promise<void>;
}
