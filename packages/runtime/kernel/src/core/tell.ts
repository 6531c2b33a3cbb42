import type { KernelMessage } from '../contract/messages.ts';
import type { Task } from '../tables/process-table.ts';

/** What is in `transfer` no longer belongs to the kernel afterwards. */
export function tell(task: Task, message: KernelMessage, transfer?: readonly unknown[]): void {
  task.seat.worker.post(message, transfer);
}
