// Who is under way: each call joins and leaves, and somebody goes through all of them now and then.
//
// A Set would do that too, but the collector pays for it: of a Set or a Map, the table that was outgrown leads to the one
// that took its place. Members come and go so fast that tables change many times between two collections; as soon as one
// table is old, all that follow, and every call that stood in them when they were outgrown, count as alive until the next
// full collection. Of what a call allocates, most of what it held was copied twice for that.

export interface Place<T> {
  readonly member: T;
  index: number;
}

export interface Roster<T> {
  join(member: T): Place<T>;
  /** Safe to repeat. */
  leave(place: Place<T>): void;
  /** Everybody now, in no order. */
  members(): readonly T[];
  isEmpty(): boolean;
  /** Sends everybody away, and says who it was. */
  clear(): readonly T[];
}

export function createRoster<T>(): Roster<T> {
  const places: Place<T>[] = [];
  return {
    join: (member) => {
      const place = { member, index: places.length };
      places.push(place);
      return place;
    },
    leave: (place) => {
      if (places[place.index] !== place) return;
      const last = places.pop();
      if (last === undefined || last === place) return;
      // The last takes the place that is free.
      last.index = place.index;
      places[place.index] = last;
    },
    members: () => places.map(({ member }) => member),
    isEmpty: () => places.length === 0,
    clear: () => places.splice(0).map(({ member }) => member),
  };
}
