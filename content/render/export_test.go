package render

// Extensions lets a test hold them against those of parse.
const Extensions = extensions
