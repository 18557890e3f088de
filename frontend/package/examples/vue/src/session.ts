// Who is signed in: on your machine whom `signet dev --json > src/ready.json` names. In production it is your own sign-in.
import ready from './ready.json';

export const base = ready.api;
export const token = async () => ready.token;
