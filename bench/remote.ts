// Functions that run in a process of their own, so that what measures and what is measured never wait for each
// other's JavaScript. One message per call, one per answer; nothing here knows what the functions do.
import { type ChildProcess, fork } from 'node:child_process';

// biome-ignore lint/suspicious/noExplicitAny: any function of one argument that can travel between processes
export type Functions = Record<string, (argument: any) => unknown>;

type Call = { readonly id: number; readonly name: string; readonly argument: unknown };
type Reply = { readonly id: number; readonly result?: unknown; readonly failure?: string };

export class Remote<F extends Functions> {
  readonly #process: ChildProcess;
  readonly #waiting = new Map<number, { resolve: (result: unknown) => void; reject: (why: Error) => void }>();
  #lastId = 0;

  /** @param file a module that calls `answerCalls` */
  constructor(file: URL) {
    this.#process = fork(file, { serialization: 'advanced' });
    this.#process.on('message', (message) => this.#settle(message as Reply));
    this.#process.once('exit', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error(`${file.pathname} ended`));
    });
  }

  call<K extends keyof F & string>(name: K, argument: Parameters<F[K]>[0]): Promise<Awaited<ReturnType<F[K]>>> {
    this.#lastId += 1;
    const call: Call = { id: this.#lastId, name, argument };
    return new Promise((resolve, reject) => {
      this.#waiting.set(call.id, { resolve: resolve as (result: unknown) => void, reject });
      this.#process.send(call);
    });
  }

  end(): void {
    this.#process.kill('SIGKILL');
  }

  #settle({ id, result, failure }: Reply): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (failure === undefined) waiting?.resolve(result);
    else waiting?.reject(new Error(failure));
  }
}

/** The other side: answers until whoever forked the process is gone. */
export function answerCalls(functions: Functions): void {
  process.once('disconnect', () => process.exit(0));
  process.on('message', (message) => {
    const { id, name, argument } = message as Call;
    const reply = (rest: Omit<Reply, 'id'>) => process.send?.({ id, ...rest });
    Promise.resolve(argument)
      .then(functions[name])
      .then(
        (result) => reply({ result }),
        (thrown) => reply({ failure: String(thrown instanceof Error ? thrown.stack : thrown) }),
      );
  });
}
