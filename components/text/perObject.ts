/**
 * Remembers what was computed for an object, as long as the object lives. For objects that never change: a resolved
 * model is asked for the same files a dozen times in one deployment.
 */
export function perObject<K extends object, V>(compute: (key: K) => V): (key: K) => V {
    const known = new WeakMap<K, { value: V }>();
    return (key) => {
        const found = known.get(key) ?? { value: compute(key) };
        known.set(key, found);
        return found.value;
    };
}
