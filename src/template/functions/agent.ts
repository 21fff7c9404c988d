// The dialect `agent`: what Vault Agent and consul-template offer, with sprig's under names that begin with `sprig_`.
import { type FunctionLibrary, libraryOf, merged } from '../function.ts';
import { AGENT_FORMATS } from './agent-formats.ts';
import { AGENT_LISTS } from './agent-lists.ts';
import { AGENT_LOOKUPS } from './agent-lookups.ts';
import { AGENT_MATH } from './agent-math.ts';
import { AGENT_SCRATCH } from './agent-scratch.ts';
import { AGENT_STRINGS } from './agent-strings.ts';
import { hintsOfAgent } from './elsewhere.ts';
import { REFUSED_IN_AGENT } from './refused-functions.ts';
import { prefixedSprig, refusals, SPRIG } from './sprig.ts';

const PREFIXED = prefixedSprig();

export const AGENT: FunctionLibrary = merged(
  hintsOfAgent(PREFIXED, SPRIG),
  refusals(REFUSED_IN_AGENT),
  PREFIXED,
  libraryOf({
    ...AGENT_LOOKUPS,
    ...AGENT_SCRATCH,
    ...AGENT_STRINGS,
    ...AGENT_MATH,
    ...AGENT_LISTS,
    ...AGENT_FORMATS,
  }),
);
