/** How many of a group's actors are shown. */
export const facesOfGroup = 3;
