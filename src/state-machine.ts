// A state that changes only by events, along the edges of a table. An event without an edge changes nothing: it comes from
// a request that was still under way when the state changed.

/** By event, the next state for each state. */
export type Edges<State extends string, Event extends string> = Readonly<
  Record<Event, Readonly<Partial<Record<State, State>>>>
>;

export class StateMachine<State extends string, Event extends string> {
  readonly #edges: Edges<State, Event>;
  #state: State;

  constructor(edges: Edges<State, Event>, state: State) {
    this.#edges = edges;
    this.#state = state;
  }

  get state(): State {
    return this.#state;
  }

  /** @returns false if there is no such edge; then nothing changed. */
  on(event: Event): boolean {
    const next = this.#edges[event][this.#state];
    if (next === undefined) return false;
    this.#state = next;
    return true;
  }
}
