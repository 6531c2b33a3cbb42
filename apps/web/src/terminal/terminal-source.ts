/** What a terminal shows, and where its keys go. */
export interface TerminalSource {
  /** Called with the terminal's size, at first and after every change. */
  resize(columns: number, rows: number): void;
  /** Calls `listener` with what is printed; a promise that it returns is waited for, where the source can. */
  onOutput(listener: (text: string) => void | Promise<void>): () => void;
  /** Keys; absent where nothing reads them. */
  type?(text: string): void;
}
