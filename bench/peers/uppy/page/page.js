/**
 * Uppy 5 and Uppy 6 with their S3 plugins, unmodified and with their own defaults, on one page. Whoever drives the page
 * chooses files in its one input and then calls `uppyPeer`.
 */
const versions = {
  5: () => import('../v5/index.js'),
  6: () => import('../v6/index.js'),
};

/**
 * Uploads files by way of Companion.
 *
 * @param {object} task
 * @param {5 | 6} task.version of Uppy
 * @param {string} task.companionEndpoint address of Companion, without /s3
 * @param {File[]} [task.files] default: what is chosen in the page's input
 * @param {object} [task.plugin] options of the S3 plugin beside its defaults
 * @returns {Promise<{milliseconds: number, successful: {name: string, url: string | undefined}[],
 *   failed: {name: string, error: string}[]}>} milliseconds from the call until Uppy says that all is done; `url` is the
 *   object's address as Uppy learned it
 */
globalThis.uppyPeer = async ({ version, companionEndpoint, files, plugin = {} }) => {
  const { create } = await versions[version]();
  const chosen = files ?? [...document.querySelector('input').files];
  const uppy = create(companionEndpoint, plugin);
  const start = performance.now();
  uppy.addFiles(chosen.map((data) => ({ name: data.name, type: data.type, data, source: 'page' })));
  const { successful, failed } = await uppy.upload();
  const milliseconds = performance.now() - start;
  const result = {
    milliseconds,
    successful: successful.map(({ name, uploadURL, response }) => ({ name, url: uploadURL ?? response?.uploadURL })),
    failed: failed.map(({ name, error }) => ({ name, error: String(error) })),
  };
  uppy.destroy();
  return result;
};

/**
 * Uppy of a version and its S3 plugin, for those who set them up by themselves.
 *
 * @param {5 | 6} version
 */
globalThis.uppyParts = async (version) => {
  const { Uppy, AwsS3 } = await versions[version]();
  return { Uppy, AwsS3 };
};

globalThis.uppyReady = true;
