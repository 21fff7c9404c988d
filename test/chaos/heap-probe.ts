// Loaded into the daemon before its own program: at SIGUSR2 it collects all garbage and prints what is left. The
// daemon has no page that would do so, and its timer does so each half minute only (src/cli/release-memory.ts).
import { getHeapSpaceStatistics } from 'node:v8';
import { findCollector } from '../../src/cli/release-memory.ts';

/** Not code: V8 compiles one function after the other for minutes, and keeps no pod with it. */
const OBJECTS = /^(?:new|old|large_object|new_large_object)_space$/;
let collection = 0;

process.on('SIGUSR2', () => {
  collection += 1;
  findCollector()?.();
  const spaces = getHeapSpaceStatistics().filter(({ space_name: name }) => OBJECTS.test(name));
  const bytes = spaces.reduce((sum, { space_used_size: used }) => sum + used, process.memoryUsage().external);
  console.log(JSON.stringify({ level: 'info', msg: 'collected', collection, bytes }));
});
