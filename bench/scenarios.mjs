import { appends } from './scenarios/appends.mjs';
import { deliveries } from './scenarios/deliveries.mjs';
import { idle } from './scenarios/idle.mjs';
import { latency } from './scenarios/latency.mjs';
import { newest } from './scenarios/newest.mjs';
import { replays } from './scenarios/replays.mjs';
import { soak } from './scenarios/soak.mjs';
import { startUp } from './scenarios/start-up.mjs';

/**
 * What is measured. `needs`: what a contender must be able to. `base`: whom the others are compared with. `contenders`:
 * only these. `once`: one round, since it takes long. `hasLength`: it takes as long as it takes.
 */
export const SCENARIOS = [
  ...deliveries,
  ...appends,
  ...newest,
  ...replays,
  ...idle,
  ...startUp,
  ...latency,
  ...soak,
];
