// The goals of the scenarios, and beside each what was recorded when it was set: an otherwise idle machine of two cores,
// HashiCorp's provider 1.7.4 with its limit of five API requests a second lifted, and a bare client. The project cannot
// build that provider from what registries have, so its figures stand here as data.

export interface FigureGoal {
  readonly goal: number;
  readonly recorded: { readonly ours: number; readonly peer: number; readonly floor?: number };
}

const goal = (goal: number, ours: number, peer: number, floor?: number): FigureGoal => ({
  goal,
  recorded: { ours, peer, ...(floor === undefined ? {} : { floor }) },
});

/** By scenario, then by the figure's work. */
export const FIGURE_GOALS: Readonly<Record<string, Readonly<Record<string, FigureGoal>>>> = {
  'first-mounts': {
    'first mount after a start, 1 object': goal(25, 49, 22, 14),
    'first mount after a start, 1 object: CPU': goal(11, 36, 8),
    'first mount after a start, 10 objects': goal(35, 62, 80, 20),
    'first mount after a start, 10 objects: CPU': goal(22, 50, 11),
    'first mount after a start, 50 objects': goal(90, 129, 352, 53),
    'first mount after a start, 50 objects: CPU': goal(55, 102, 24),
    'a later cold pod, 1 object': goal(14, 15, 14, 13),
    'a later cold pod, 1 object: CPU': goal(1.8, 2.4, 1.6),
    'a later cold pod, 10 objects': goal(20, 22, 73, 18),
    'a later cold pod, 10 objects: CPU': goal(3.5, 4.7, 4.3),
    'a later cold pod, 50 objects': goal(48, 55, 336, 42),
    'a later cold pod, 50 objects: CPU': goal(15, 23, 17),
    'the same over TLS, 2 ms, 1 object': goal(8.5, 10, 11, 7),
    'the same over TLS, 2 ms, 1 object: CPU': goal(2.4, 3.7, 2.5),
    'the same over TLS, 2 ms, 10 objects': goal(15, 21, 44, 13),
    'the same over TLS, 2 ms, 10 objects: CPU': goal(4.8, 9.1, 7.4),
    'the same over TLS, 2 ms, 50 objects': goal(44, 52, 200, 41),
    'the same over TLS, 2 ms, 50 objects: CPU': goal(17, 28, 21),
  },
  // The floor was recorded from 390 to 560.
  'own-accounts': {
    'plain http: all': goal(700, 838, 622, 475),
    'plain http: CPU of one mount': goal(3.5, 5.9, 2.4),
    'plain http: CPU of one poll': goal(2.6, 3.5, 2),
  },
  'own-accounts-tls': {
    'TLS: all': goal(800, 964, 816),
    'TLS: CPU of one mount': goal(4.3, 6.6, 3.3),
    'TLS: CPU of one poll': goal(2.6, 3.6, 2.1),
  },
  jwt: {
    'no sharing: all': goal(2400, 2847, 2382, 2049),
    'no sharing: CPU of one mount': goal(4.5, 7.2, 3.9),
    'no sharing: CPU of one poll': goal(3.6, 5.7, 3.4),
    'shared: all': goal(250, 439, 2303, 80),
    'shared: CPU of one mount': goal(1, 1.7, 3.8),
    'shared: CPU of one poll': goal(0.6, 1.05, 3.3),
  },
  rhythm: {
    p50: goal(9, 11.8, 24),
    CPU: goal(5, 7, 3.3),
  },
  'start-to-socket': {
    wall: goal(100, 122, 11),
    CPU: goal(95, 123, 12),
  },
  'at-rest': {
    'idle, half a minute later': goal(19, 17.6, 4.3),
    '110 pods x 5, half a minute later': goal(36, 43, 17),
    '250 pods x 10, right after polls': goal(46, 49, 22),
    '250 pods x 10, half a minute later': goal(42, 49, 22),
  },
};
