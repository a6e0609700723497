/** Loads what judging needs, once, and only when a command judges: signatures, the IEEE registry. */
import { loadJudgingData, loadSignatures, SignatureDataError, type JudgingData, type SignatureData } from '../../signatures/load.ts';
import { CamsweepError } from '../errors.ts';
import { compileSignatures, type CompiledSignatures } from '../identify/compile.ts';
import type { OuiLookup } from '../identify/types.ts';
import { loadOui } from '../net/oui.ts';

export interface Engine {
  readonly data: JudgingData;
  readonly signatures: CompiledSignatures;
  readonly oui: OuiLookup;
}

let engine: Engine | undefined;

/** Loads on first use. Throws CamsweepError `signatures-invalid` when a source file is wrong. */
export function loadEngine(): Engine {
  engine ??= load();
  return engine;
}

function load(): Engine {
  const data = loadData();
  const oui = loadOui();
  return { data, oui, signatures: compileSignatures(data, oui) };
}

export function loadData(): JudgingData {
  return orInvalid(loadJudgingData);
}

/** With sources and examples, for people who ask for them. */
export function loadWholeData(): SignatureData {
  return orInvalid(loadSignatures);
}

function orInvalid<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof SignatureDataError) throw new CamsweepError('signatures-invalid', error.message);
    throw error;
  }
}
