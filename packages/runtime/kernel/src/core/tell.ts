import type { KernelMessage } from '../contract/messages.ts';
import type { Task } from '../tables/process-table.ts';

/** Posts a message to a task's worker. */
export function tell(task: Task, message: KernelMessage, transfer?: readonly unknown[]): void {
  task.seat.worker.post(message, transfer);
}
