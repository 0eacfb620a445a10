/** Moves the focus to the room: for buttons that go away when they are pressed, and for those who skip the links. */
export const focusContent = (): void => document.getElementById("content")?.focus();
