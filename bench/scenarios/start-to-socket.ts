// From the start of the process until its socket takes connections.
import { inTurn } from '../contenders.ts';
import { Samples, type Scenario } from '../scenario.ts';
import { toFigure } from './load.ts';

const REPETITIONS = 9;

export const startToSocket: Scenario = {
  name: 'start-to-socket',
  title: 'From start to socket',
  run: async ({ contenders, isQuick, report }) => {
    const wall = new Samples();
    const cpu = new Samples();
    const repetitions = isQuick ? 2 : REPETITIONS;
    for (let i = 0; i < repetitions; i += 1) {
      report(`  repetition ${i + 1} of ${repetitions}`);
      for (const contender of inTurn(contenders, i)) {
        const startedAt = performance.now();
        const provider = await contender.start();
        wall.add(contender.name, performance.now() - startedAt);
        cpu.add(contender.name, provider.cpuMs());
        await provider.stop();
      }
    }
    return [toFigure('wall', 'ms', wall), toFigure('CPU', 'ms', cpu)];
  },
};
