import fc from 'fast-check';

/** Texts that differ from a real one as broken files do: cut short, or with pieces replaced. */
export function mutated(text: string): fc.Arbitrary<string> {
  const piece = fc.oneof(
    fc.string({maxLength: 6}),
    fc.constantFrom('-1', '\n', ' ', ')', '(', '9'.repeat(30), 'NaN', '1e999', ''),
  );
  const change = fc.record({at: fc.nat(text.length), length: fc.nat(8), piece});
  const changes = fc.array(change, {minLength: 1, maxLength: 6});
  const changed = changes.map((list) =>
    list.reduce(
      (result, {at, length, piece: part}) => result.slice(0, at) + part + result.slice(at + length),
      text,
    ),
  );
  return fc.oneof(
    changed,
    fc.nat(text.length).map((end) => text.slice(0, end)),
  );
}

/** Every number in a value, at any depth. */
export function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersIn) : [];
}
