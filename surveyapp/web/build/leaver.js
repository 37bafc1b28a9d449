// The leaver's one script: a count of characters left, and a warning when a name or contact detail is typed. Nothing more.
import "./typing.js";
