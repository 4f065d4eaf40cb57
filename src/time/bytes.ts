/** `12.3 of 22.5 MB (54 %)`: for people. */
export const bytesOf = (bytes: number, total: number | undefined): string =>
  total === undefined || total === 0
    ? megabytes(bytes)
    : `${(bytes / 1e6).toFixed(1)} of ${megabytes(total)} (${Math.floor((100 * bytes) / total)} %)`

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`
