import { type Lab, labUp } from '../../lab/lab.js'

/** The one lab that all end-to-end tests use, with five hosts; `E2E_LAB` names another. */
export const e2eLab = (): Promise<Lab> => labUp(process.env['E2E_LAB'] ?? 'e2e', 5)
