/** What the environment says under a name. */
export function setting(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`got no ${name}, want it in the environment: see ../README.md`);
  return value;
}
