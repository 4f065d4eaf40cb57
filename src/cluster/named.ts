/** A cluster in a sentence: "cluster 8149bcdbc6aad324", and in words where its id is not known. */
export const clusterNamed = (id: string | undefined): string =>
  id === undefined || id === '' ? 'a cluster of unknown id' : `cluster ${id}`
