import { storeContract } from '../contract/store.ts';
import { openSqlite, temporaryFolder } from '../contract/store-on-sqlite.ts';

storeContract('the SQLite store in memory', async (settings) => openSqlite(':memory:', settings));

storeContract('the SQLite store in a file', async (settings) => {
  const folder = await temporaryFolder();
  const subject = openSqlite(folder.file('sessions.db'), settings);
  return {
    ...subject,
    close: async () => {
      await subject.close();
      await folder.remove();
    },
  };
});
