'use client';

import { SignetUpload } from '@signet/upload/react';
import { base, token } from './session';

export default function Page() {
  return <SignetUpload base={base} token={token} onStored={({ key }) => console.log('stored', key)} />;
}
