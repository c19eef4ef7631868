import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type RunningApp } from '../support/running-app.ts';
import { Api } from './api-under-test.ts';
import { agentInputs } from './api-agent-inputs.ts';
import { anyChangeUnderWatch } from './api-any-change-under-watch.ts';
import { anyDraft } from './api-any-draft.ts';
import { anyInput } from './api-any-input.ts';
import { badIds } from './api-bad-ids.ts';
import { badPlaces } from './api-bad-places.ts';
import { badValues } from './api-bad-values.ts';
import { changingUnderWatch } from './api-changing-under-watch.ts';
import { compactions } from './api-compaction.ts';
import { conditions } from './api-conditions.ts';
import { deletionUnderWatch } from './api-deletion-under-watch.ts';
import { dialects } from './api-dialects.ts';
import { draftsInCompany } from './api-draft-company.ts';
import { cancellingDrafts } from './api-draft-cancel.ts';
import { draftEvents } from './api-draft-events.ts';
import { finishingDrafts } from './api-draft-finish.ts';
import { draftsThatBecomeItems } from './api-draft-items.ts';
import { draftLimits } from './api-draft-limits.ts';
import { draftsOnce } from './api-draft-once.ts';
import { draftRaces } from './api-draft-races.ts';
import { refusingToFinishDrafts } from './api-draft-refusals.ts';
import { draftWatchers } from './api-draft-watchers.ts';
import { drafts } from './api-drafts.ts';
import { errors } from './api-errors.ts';
import { forks } from './api-fork.ts';
import { forkRefusals } from './api-fork-refusals.ts';
import { handoffs } from './api-handoffs.ts';
import { idempotency } from './api-idempotency.ts';
import { itemTypes } from './api-item-types.ts';
import { items } from './api-items.ts';
import { messageParts } from './api-message-parts.ts';
import { messages } from './api-messages.ts';
import { nodes } from './api-nodes.ts';
import { oversized } from './api-oversized.ts';
import { pages } from './api-pages.ts';
import { removal } from './api-removal.ts';
import { replacingSuffixes } from './api-replace-suffix.ts';
import { replacingOnce } from './api-replace-suffix-once.ts';
import { runResultRules } from './api-run-result-rules.ts';
import { runResults } from './api-run-results.ts';
import { runResultsAtOnce } from './api-run-results-at-once.ts';
import { runTurns } from './api-run-turns.ts';
import { sessionList } from './api-session-list.ts';
import { sessionListEvents } from './api-session-list-events.ts';
import { sessions } from './api-sessions.ts';
import { snapshots } from './api-snapshots.ts';
import { texts } from './api-texts.ts';
import { trimming } from './api-trimming.ts';
import { updates } from './api-updates.ts';

export interface ApiEnvironment {
  /** What the server is configured with, beside a free port. */
  readonly env: Readonly<Record<string, string>>;
  /** Ends what the environment started; the server is stopped before. */
  close(): Promise<void>;
}

const CONCERNS = {
  'making and loading sessions': sessions,
  'listing sessions': sessionList,
  'watching the list of sessions': sessionListEvents,
  'updating a session': updates,
  'trimming a history': trimming,
  'adding messages': messages,
  'keeping texts': texts,
  'adding items': items,
  'telling items apart': itemTypes,
  'showing the parts of a message': messageParts,
  'handing off between agents': handoffs,
  'paging through a history': pages,
  'answering from one moment': snapshots,
  'giving agents their inputs': agentInputs,
  'giving inputs in either dialect': dialects,
  'beginning inputs with a compaction': compactions,
  'storing what a run returned': runResults,
  'storing turn after turn': runTurns,
  'storing some of a run, or none': runResultRules,
  'storing several runs at once': runResultsAtOnce,
  'finding anything by its id': nodes,
  'popping, clearing and deleting': removal,
  'replacing what a history ends in': replacingSuffixes,
  'replacing once': replacingOnce,
  'forking a session': forks,
  'refusing to fork': forkRefusals,
  'drafting a message': drafts,
  'bounding drafts': draftLimits,
  'finishing drafts': finishingDrafts,
  'refusing to finish drafts': refusingToFinishDrafts,
  'cancelling drafts': cancellingDrafts,
  'ending drafts with items': draftsThatBecomeItems,
  'beginning and ending drafts once': draftsOnce,
  'drafting while other things happen': draftsInCompany,
  'drafting by several at once': draftRaces,
  'the events of drafts': draftEvents,
  'the watchers of drafts': draftWatchers,
  'changing what is watched': changingUnderWatch,
  'changing in any way what is watched': anyChangeUnderWatch,
  'deleting what is watched': deletionUnderWatch,
  'writing once': idempotency,
  'writing on a condition': conditions,
  'refusing bad values': badValues,
  'refusing what is too large': oversized,
  'refusing bad ids': badIds,
  'refusing bad places and pages': badPlaces,
  'telling what is wrong': errors,
  'taking whatever comes': anyInput,
  'taking whatever is done to a draft': anyDraft,
};

/** The contract of the GraphQL API, on the product as it is composed; `environment` gives an empty store. */
export function apiContract(name: string, environment: () => Promise<ApiEnvironment>): void {
  describe(name, () => {
    let app: RunningApp;
    let close: () => Promise<void>;
    const api = new Api(() => app.endpoint);

    beforeAll(async () => {
      const opened = await environment();
      close = opened.close;
      app = await startApp(opened.env);
    });
    afterAll(async () => {
      await app.stop();
      await close();
    });

    for (const [concern, tests] of Object.entries(CONCERNS)) describe(concern, () => tests(api));

    it('has met no fault of its own in all of this', () => {
      expect(app.logs.filter(({ level }) => Number(level) >= 40)).toEqual([]);
    });
  });
}
