"""CPython's multiprocessing.Pool, by fork: its fastest start method."""

import multiprocessing

pools = {}


def increment(x):
    return x + 1


def advance(person):
    return {"id": person["id"] + 1, "name": person["name"]}


def pool_of(workers):
    if workers not in pools:
        pools[workers] = multiprocessing.get_context("fork").Pool(workers)
    return pools[workers]


def close():
    for pool in pools.values():
        pool.terminate()
        pool.join()


def map_integers(store, items, chunk, workers):
    values = [i % 1000 for i in range(items)]
    pool = pool_of(workers)
    return lambda: pool.map(increment, values, chunksize=chunk)


def map_people(store, items, chunk, workers):
    people = [{"id": i, "name": f"name {i % 1000}"} for i in range(items)]
    pool = pool_of(workers)
    return lambda: pool.map(advance, people, chunksize=chunk)


def imap(store, items, chunk, workers):
    values = [i % 1000 for i in range(items)]
    pool = pool_of(workers)
    return lambda: list(pool.imap(increment, values, chunksize=chunk))


def apply_at_once(store, items, workers):
    pool = pool_of(workers)
    return lambda: [pending.get() for pending in [pool.apply_async(increment, (i,)) for i in range(items)]]


def apply_in_turn(store, items, workers):
    pool = pool_of(workers)
    return lambda: [pool.apply(increment, (i,)) for i in range(items)]


def joined(prepare):
    def prepare_joined(store, **arguments):
        work = prepare(store, **arguments)
        return lambda: ",".join(map(str, work()))

    return prepare_joined


def described(prepare):
    def prepare_described(store, **arguments):
        work = prepare(store, **arguments)
        return lambda: "\n".join(f"{person['name']}: {person['id']}" for person in work())

    return prepare_described


TASKS = {
    "map": map_integers,
    "map, answer": joined(map_integers),
    "map people": map_people,
    "map people, answer": described(map_people),
    "imap": imap,
    "imap, answer": joined(imap),
    "apply at once": apply_at_once,
    "apply at once, answer": joined(apply_at_once),
    "apply in turn": apply_in_turn,
    "apply in turn, answer": joined(apply_in_turn),
}
