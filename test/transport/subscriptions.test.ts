import { TRANSPORTS } from '../support/follow.ts';
import { subscriptionContract } from './subscription-contract.ts';

for (const transport of TRANSPORTS) subscriptionContract(transport);
