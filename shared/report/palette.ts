/** Colours of all pictures. */
export const PALETTE = {
    ink: "#1f2937",
    faint: "#6b7280",
    grid: "#e5e7eb",
    good: "#15803d",
    slow: "#d97706",
    bad: "#dc2626",
    off: "#d1d5db",
    both: "#fef3c7",
    stall: "#f1f5f9",
    hosts: ["#2563eb", "#7c3aed", "#0891b2", "#be185d"],
    /** Of what is compared in one chart. */
    series: ["#1f77b4", "#d95f02", "#2ca02c", "#9467bd", "#8c564b", "#4d4d4d"],
    ours: "#0b61a4",
    other: "#8a5a1f",
    goal: "#1a8f3c",
};
