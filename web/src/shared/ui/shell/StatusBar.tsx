import type { ReactNode } from 'react';
import classes from './StatusBar.module.css';

export interface StatusBarProps {
  /** Block 1: the state with its time and the choice of states (D-1). */
  state: ReactNode;
  /** Block 2: the interaction in focus with its controls (D-2). Only while there is one. */
  interaction?: ReactNode;
  /** Block 3: figures of the chosen service (D-3). */
  figures?: ReactNode;
  /** Block 4: search, wallboard, help, settings, sign-out (D-4). */
  tools: ReactNode;
}

/**
 * The bar on top. When there is too little room the figures are cut first, then
 * the interaction's details; state and tools always stay.
 */
export function StatusBar({ state, interaction, figures, tools }: StatusBarProps) {
  return (
    <>
      <div className={classes.state}>{state}</div>
      {interaction && <div className={classes.interaction}>{interaction}</div>}
      {figures && <div className={classes.figures}>{figures}</div>}
      <div className={classes.tools}>{tools}</div>
    </>
  );
}

export interface FigureProps {
  label: string;
  value: string;
  /** The place in the team, shown in brackets. */
  rank?: string;
  tone?: 'plain' | 'good' | 'warn' | 'bad';
}

/** One figure of the status bar: a quiet label and a number that does not move its neighbours. */
export function Figure({ label, value, rank, tone = 'plain' }: FigureProps) {
  return (
    <span className={classes.figure}>
      <span className={classes.label}>{label}</span>{' '}
      <b className={`${classes.value} num`} data-tone={tone}>
        {value}
      </b>
      {rank && <span className={`${classes.label} num`}> ({rank})</span>}
    </span>
  );
}
