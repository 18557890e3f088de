import {
  defineComponent,
  h,
  onMounted,
  onScopeDispose,
  type PropType,
  ref,
  type ShallowRef,
  shallowRef,
  watchEffect,
} from 'vue';
import type { ElementSettings, SignetUpload as Host, StoredDetail } from './element/signet-upload.ts';
import type { Uploads, UploadsSnapshot } from './uploads/index.ts';

/** Follows a list of uploads as long as the component lives. */
export function useUploads(uploads: Uploads): Readonly<ShallowRef<UploadsSnapshot>> {
  const snapshot = shallowRef(uploads.getSnapshot());
  onScopeDispose(
    uploads.subscribe(() => {
      snapshot.value = uploads.getSnapshot();
    }),
  );
  return snapshot;
}

/** `<signet-upload>` for Vue 3: its attributes, the props below, and the event `stored`. */
export const SignetUpload = defineComponent({
  name: 'SignetUpload',
  inheritAttrs: false,
  props: {
    engine: Object as PropType<ElementSettings['engine']>,
    token: Function as PropType<NonNullable<ElementSettings['token']>>,
    renew: Function as PropType<NonNullable<ElementSettings['renew']>>,
    pass: [String, Object] as PropType<NonNullable<ElementSettings['pass']>>,
    metadata: Object as PropType<ElementSettings['metadata']>,
  },
  emits: { stored: (_file: StoredDetail) => true },
  setup(props, { attrs, emit }) {
    const host = ref<Host>();
    onMounted(() => {
      // The element needs a browser; a server that draws the page has none.
      void import('./element/signet-upload.ts');
      watchEffect(() => {
        const { engine, token, renew, pass, metadata } = props;
        const settings = { engine: engine as ElementSettings['engine'], token, renew, pass, metadata };
        if (host.value) host.value.settings = settings;
      });
    });
    const tell = (event: Event) => emit('stored', (event as CustomEvent<StoredDetail>).detail);
    return () => h('signet-upload', { ...attrs, ref: host, onSignetStored: tell });
  },
});
