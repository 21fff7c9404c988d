// Time that is counted and not waited for: events in their order, by a binary heap.

interface Event {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

export class Timeline {
  readonly #heap: Event[] = [];
  #now = 0;
  #order = 0;

  now(): number {
    return this.#now;
  }

  /** Events of one moment run in the order in which they were set. */
  at(moment: number, run: () => void): void {
    this.#order += 1;
    const heap = this.#heap;
    heap.push({ at: Math.max(moment, this.#now), order: this.#order, run });
    for (let child = heap.length - 1; child > 0; ) {
      const parent = (child - 1) >> 1;
      if (!isBefore(heap[child] as Event, heap[parent] as Event)) break;
      swap(heap, child, parent);
      child = parent;
    }
  }

  /** Runs what is due until `endMs`, or until nothing is left or `isOver`. */
  run(endMs: number, isOver: () => boolean = () => false): void {
    for (let next = this.#heap[0]; next !== undefined && next.at <= endMs && !isOver(); next = this.#heap[0]) {
      this.#removeFirst();
      this.#now = next.at;
      next.run();
    }
  }

  #removeFirst(): void {
    const heap = this.#heap;
    const last = heap.pop() as Event;
    if (heap.length === 0) return;
    heap[0] = last;
    for (let parent = 0; ; ) {
      const [left, right] = [2 * parent + 1, 2 * parent + 2];
      let least = parent;
      for (const child of [left, right])
        if (child < heap.length && isBefore(heap[child] as Event, heap[least] as Event)) least = child;
      if (least === parent) return;
      swap(heap, parent, least);
      parent = least;
    }
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

function swap(heap: Event[], a: number, b: number): void {
  [heap[a], heap[b]] = [heap[b] as Event, heap[a] as Event];
}
