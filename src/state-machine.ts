// One owner of a state: it moves along the edges of a table, by events. An event without an edge is late news and changes
// nothing, as a request that was under way may tell it when its cause is over.

/** By event, where it leads from each state. */
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
