/** Where one symbol is used, file by file. */
export interface References {
  readonly name: string;
  readonly files: readonly FileReferences[];
}

/** The places of one file. Line and column from 1. */
export interface FileReferences {
  readonly path: string;
  readonly places: readonly { readonly line: number; readonly column: number; readonly text: string }[];
}
