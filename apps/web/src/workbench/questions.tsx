import { createSignal, onCleanup, Show, type Component } from 'solid-js';
import { ConfirmDialog } from '../shell/confirm-dialog.tsx';
import type { Question } from './feature.ts';

/** One at a time: further ones wait in line. */
export interface Questions {
  ask(question: Question): Promise<boolean>;
  readonly Host: Component;
}

/** `answer` also takes it out of the line, so the next one is asked. */
interface Asked {
  readonly question: Question;
  answer(yes: boolean): void;
}

/** Asks one question after the other; whoever goes away has said no to all. */
export function createQuestions(): Questions {
  const [waiting, setWaiting] = createSignal<readonly Asked[]>([]);
  onCleanup(() => waiting().forEach(({ answer }) => answer(false)));
  return {
    ask: (question) =>
      new Promise((resolve) => {
        const asked: Asked = {
          question,
          answer(yes) {
            setWaiting((current) => current.filter((other) => other !== asked));
            resolve(yes);
          },
        };
        setWaiting((current) => [...current, asked]);
      }),
    Host: () => (
      <Show when={waiting()[0]} keyed>
        {({ question, answer }) => (
          <ConfirmDialog
            title={question.title}
            text={question.text}
            confirm={question.confirm}
            cancel={question.cancel}
            danger={question.danger ?? false}
            onAnswer={answer}
          />
        )}
      </Show>
    ),
  };
}
