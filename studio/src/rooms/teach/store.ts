/**
 * The lesson of this browser in IndexedDB, so that a reload loses nothing. One tab keeps it: another tab has a lesson of its
 * own, which ends with it.
 */
import type { Lesson } from "./lesson.ts";

const [DATABASE, STORE, KEY] = ["neural-sampling-studio", "lessons", "lesson"];

const settled = <Value>(request: IDBRequest<Value>): Promise<Value> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

const openDatabase = (): Promise<IDBDatabase> => {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => void request.result.createObjectStore(STORE);
  return settled(request);
};

const inStore = async <Value>(
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => IDBRequest<Value>,
): Promise<Value> => {
  const database = await openDatabase();
  try {
    return await settled(work(database.transaction(STORE, mode).objectStore(STORE)));
  } finally {
    database.close();
  }
};

/** Takes the lesson for this tab as long as it is open; false where another tab has it. */
export const takeStore = (): Promise<boolean> =>
  new Promise((resolve, reject) => {
    navigator.locks
      .request(`${DATABASE}.${KEY}`, { ifAvailable: true }, (lock) => {
        resolve(lock !== null);
        // The lock is held until the page ends.
        return lock ? new Promise(() => {}) : undefined;
      })
      .catch(reject);
  });

export const storedLesson = async (): Promise<Lesson | undefined> =>
  (await inStore("readonly", (store) => store.get(KEY))) as Lesson | undefined;

export const storeLesson = async (lesson: Lesson): Promise<void> =>
  void (await inStore("readwrite", (store) => store.put(lesson, KEY)));
