// The items that a Query or a Scan finds, page by page. Only a few thousand are in memory: pages far from
// those that the user looks at are forgotten, and read again when they come back into sight.

import { dynamodb } from "./api.js";

const MOST_ITEMS_IN_MEMORY = 2000;
const FIRST_PAGE_BYTES = 40000;
const PAGE_BYTES = 160000;
const FIRST_PAGE_ITEMS = 50;
const PAGE_ITEMS = 200;
// A filter may discard all items of a page; the user decides whether to go on after this many in a row.
const EMPTY_PAGES = 10;

export class ItemPages {
  // `request` is {operation, input}. `limit` is the Limit that the user wants, or undefined. `onChange` is
  // called after pages have come.
  constructor(table, request, { limit, signal, onChange }) {
    Object.assign(this, { request, limit, signal, onChange });
    this.itemBytes = Math.max(100, table.ItemCount ? table.TableSizeBytes / table.ItemCount : 400);
    this.pages = [];
    this.count = 0;
    this.next = undefined;
    this.isDone = false;
    this.isPaused = false;
    this.reading = null;
    this.cost = { requests: 0, capacity: 0, read: 0 };
    this.rereading = new Set();
  }

  #limit() {
    if (this.limit) return this.limit;
    const isFirst = this.pages.length === 0;
    const room = Math.floor((isFirst ? FIRST_PAGE_BYTES : PAGE_BYTES) / this.itemBytes);
    return Math.max(1, Math.min(room, isFirst ? FIRST_PAGE_ITEMS : PAGE_ITEMS));
  }

  async #read(start, limit) {
    const shown = {
      ...this.request.input,
      Limit: this.limit,
      ExclusiveStartKey: start,
      ReturnConsumedCapacity: "INDEXES",
    };
    const answer = await dynamodb(
      this.request.operation,
      { ...shown, Limit: limit },
      { signal: this.signal, shown },
    );
    this.cost.requests += 1;
    this.cost.capacity += answer.ConsumedCapacity?.CapacityUnits ?? 0;
    this.cost.read += answer.ScannedCount;
    return answer;
  }

  // Reads on, unless it already does. `isAsked` is true if the user wants to go on after many empty pages.
  more(isAsked = false) {
    if (this.isDone || (this.isPaused && !isAsked)) return this.reading ?? Promise.resolve();
    this.reading ??= this.#readOn().finally(() => {
      this.reading = null;
    });
    return this.reading;
  }

  async #readOn() {
    this.isPaused = false;
    for (let attempt = 0; attempt < EMPTY_PAGES; ++attempt) {
      const limit = this.#limit();
      const start = this.next;
      const answer = await this.#read(start, limit);
      this.next = answer.LastEvaluatedKey;
      this.isDone = this.next === undefined;
      if (answer.Items.length) {
        this.pages.push({ start, limit, first: this.count, size: answer.Items.length, items: answer.Items });
        this.count += answer.Items.length;
      }
      if (answer.Items.length || this.isDone) return this.onChange();
    }
    this.isPaused = true;
    this.onChange();
  }

  #pageOf(index) {
    let low = 0,
      high = this.pages.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.pages[middle].first <= index) low = middle;
      else high = middle - 1;
    }
    return this.pages[low];
  }

  // Returns an item, or null if its page is being read again.
  item(index) {
    const page = this.#pageOf(index);
    if (!page) return null;
    if (page.items) return page.items[index - page.first] ?? null;
    this.#readAgain(page);
    return null;
  }

  async #readAgain(page) {
    if (this.rereading.has(page)) return;
    this.rereading.add(page);
    try {
      page.items = (await this.#read(page.start, page.limit)).Items.slice(0, page.size);
      this.onChange();
    } catch {
      // It is read again when it comes into sight again.
    } finally {
      this.rereading.delete(page);
    }
  }

  // Forgets pages that are far from the index that the user looks at.
  forgetFarFrom(index) {
    const kept = this.pages.filter((page) => page.items);
    let items = kept.reduce((sum, page) => sum + page.size, 0);
    if (items <= MOST_ITEMS_IN_MEMORY) return;
    const distance = (page) => Math.abs(page.first + page.size / 2 - index);
    kept.sort((a, b) => distance(b) - distance(a));
    for (const page of kept) {
      if (items <= MOST_ITEMS_IN_MEMORY / 2) return;
      page.items = null;
      items -= page.size;
    }
  }

  // Replaces the item for which isSame(item) is true. Returns false if there is none in memory.
  replace(isSame, item) {
    for (const page of this.pages) {
      const place = page.items?.findIndex(isSame) ?? -1;
      if (place >= 0) {
        page.items[place] = item;
        return true;
      }
    }
    return false;
  }

  // All items in memory, for a first look at their attributes.
  loaded() {
    return this.pages.flatMap((page) => page.items ?? []);
  }
}
