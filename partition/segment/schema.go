package segment

// SchemeSchema is the JSON Schema (draft 2020-12) of what [ParseScheme] reads.
// It knows the kinds of dimensions of this package, and lets any other kind
// pass, because a caller may have [Kinds] of its own. What no schema can say,
// such as that a step names a dimension that is declared, ParseScheme checks.
func SchemeSchema() string { return schemeSchema }

const schemeSchema = `{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "title": "Scheme: how customers are divided into cells",
  "type": "object",
  "additionalProperties": false,
  "required": ["dimensions"],
  "properties": {
    "name": {"type": "string", "description": "for reports"},
    "dimensions": {"type": "array", "items": {"$ref": "#/$defs/dimension"}},
    "grid": {"$ref": "#/$defs/grid"},
    "list": {"$ref": "#/$defs/list"},
    "decision": {"$ref": "#/$defs/decision"},
    "minimum": {"$ref": "#/$defs/minimum"}
  },
  "oneOf": [{"required": ["grid"]}, {"required": ["list"]}, {"required": ["decision"]}],
  "$defs": {
    "name": {"type": "string", "minLength": 1},
    "labels": {"type": "array", "items": {"$ref": "#/$defs/name"}},
    "numbers": {"type": "array", "items": {"type": "number"}},
    "time": {"type": "string", "format": "date-time"},
    "join": {"enum": ["other", "neighbour", "parent"], "description": "how sparse parts are joined; other where it is not given"},
    "level": {"type": "integer", "minimum": 0, "description": "of a hierarchy: 1 its top level; 0 or not given: its finest classes"},
    "minimum": {
      "type": "object",
      "additionalProperties": false,
      "description": "what every cell is to reach",
      "properties": {
        "units": {"type": "integer", "minimum": 0, "description": "units"},
        "value": {"type": "number", "minimum": 0, "description": "the sum of the column that of names"},
        "of": {"type": "string", "description": "the column of numbers that cells are valued by"}
      }
    },
    "grid": {
      "type": "object",
      "additionalProperties": false,
      "required": ["order"],
      "description": "the product of dimensions, from coarse to fine",
      "properties": {"order": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/step"}}}
    },
    "step": {
      "type": "object",
      "additionalProperties": false,
      "required": ["dimension"],
      "properties": {
        "dimension": {"$ref": "#/$defs/name"},
        "level": {"$ref": "#/$defs/level"},
        "join": {"$ref": "#/$defs/join"}
      }
    },
    "list": {
      "type": "object",
      "additionalProperties": false,
      "required": ["cases"],
      "description": "the first case that holds wins",
      "properties": {
        "cases": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/case"}},
        "join": {"$ref": "#/$defs/join"}
      }
    },
    "case": {
      "type": "object",
      "additionalProperties": false,
      "required": ["label"],
      "properties": {
        "label": {"$ref": "#/$defs/name"},
        "when": {"$ref": "#/$defs/box"}
      }
    },
    "decision": {
      "type": "object",
      "additionalProperties": false,
      "description": "a question: by a dimension or if a condition holds; an end without either",
      "properties": {
        "by": {"type": "string"},
        "level": {"$ref": "#/$defs/level"},
        "join": {"$ref": "#/$defs/join"},
        "under": {"type": "object", "additionalProperties": {"$ref": "#/$defs/decision"}},
        "if": {"$ref": "#/$defs/box"},
        "then": {"$ref": "#/$defs/decision"},
        "else": {"$ref": "#/$defs/decision"}
      }
    },
    "box": {"type": "array", "items": {"$ref": "#/$defs/criterion"}, "description": "all criteria hold"},
    "criterion": {
      "type": "object",
      "additionalProperties": false,
      "required": ["attribute"],
      "properties": {
        "attribute": {"$ref": "#/$defs/name"},
        "in": {"type": "array", "minItems": 1, "items": {"type": "string"}},
        "notIn": {"type": "array", "minItems": 1, "items": {"type": "string"}},
        "under": {"type": "array", "minItems": 1, "items": {"type": "string"}},
        "notUnder": {"type": "array", "minItems": 1, "items": {"type": "string"}},
        "min": {"type": "number"},
        "max": {"type": "number"},
        "from": {"$ref": "#/$defs/time"},
        "until": {"$ref": "#/$defs/time"},
        "missing": {"type": "boolean"}
      }
    },
    "dimension": {
      "type": "object",
      "required": ["kind"],
      "properties": {"kind": {"type": "string"}},
      "allOf": [
        {"if": {"properties": {"kind": {"const": "bands"}}}, "then": {"$ref": "#/$defs/bands"}},
        {"if": {"properties": {"kind": {"const": "category"}}}, "then": {"$ref": "#/$defs/category"}},
        {"if": {"properties": {"kind": {"const": "coreGrowthPotential"}}}, "then": {"$ref": "#/$defs/coreGrowthPotential"}},
        {"if": {"properties": {"kind": {"const": "hierarchy"}}}, "then": {"$ref": "#/$defs/hierarchy"}},
        {"if": {"properties": {"kind": {"const": "lifecycle"}}}, "then": {"$ref": "#/$defs/lifecycle"}},
        {"if": {"properties": {"kind": {"const": "rfm"}}}, "then": {"$ref": "#/$defs/rfm"}},
        {"if": {"properties": {"kind": {"const": "steady"}}}, "then": {"$ref": "#/$defs/steady"}},
        {"if": {"properties": {"kind": {"const": "tiers"}}}, "then": {"$ref": "#/$defs/tiers"}}
      ]
    },
    "bands": {
      "additionalProperties": false,
      "required": ["attribute", "cuts"],
      "properties": {
        "kind": {"const": "bands"},
        "attribute": {"$ref": "#/$defs/name"},
        "as": {"type": "string"},
        "cuts": {"type": "array", "minItems": 1, "items": {"type": "number"}, "description": "ascending; a cut belongs to the band above it"},
        "labels": {"$ref": "#/$defs/labels"}
      }
    },
    "category": {
      "additionalProperties": false,
      "required": ["attribute"],
      "properties": {
        "kind": {"const": "category"},
        "attribute": {"$ref": "#/$defs/name"},
        "as": {"type": "string"},
        "classes": {"type": "array", "items": {"$ref": "#/$defs/class"}},
        "ranked": {"type": "boolean", "description": "the classes ascend as given"}
      }
    },
    "class": {
      "type": "object",
      "additionalProperties": false,
      "required": ["label"],
      "properties": {
        "label": {"$ref": "#/$defs/name"},
        "names": {"type": "array", "items": {"type": "string"}}
      }
    },
    "coreGrowthPotential": {
      "additionalProperties": false,
      "required": ["value"],
      "properties": {
        "kind": {"const": "coreGrowthPotential"},
        "as": {"type": "string"},
        "value": {"$ref": "#/$defs/name"},
        "weight": {"type": "string"},
        "before": {"type": "string"},
        "potential": {"type": "string"},
        "labels": {"$ref": "#/$defs/labels"},
        "coreShare": {"type": "number"},
        "coreFrom": {"type": "number"},
        "growthFrom": {"type": "number"},
        "baseFrom": {"type": "number"},
        "potentialFrom": {"type": "number"}
      }
    },
    "hierarchy": {
      "additionalProperties": false,
      "required": ["attribute"],
      "properties": {
        "kind": {"const": "hierarchy"},
        "attribute": {"$ref": "#/$defs/name"},
        "as": {"type": "string"},
        "levels": {"type": "integer", "minimum": 0, "description": "how many levels count, from the top; 0 or not given: all"}
      }
    },
    "lifecycle": {
      "additionalProperties": false,
      "required": ["attribute", "asOf", "days"],
      "properties": {
        "kind": {"const": "lifecycle"},
        "attribute": {"$ref": "#/$defs/name"},
        "as": {"type": "string"},
        "asOf": {"$ref": "#/$defs/time"},
        "days": {"type": "array", "minItems": 1, "items": {"type": "integer", "minimum": 1, "maximum": 10000000}},
        "labels": {"$ref": "#/$defs/labels"}
      }
    },
    "rfm": {
      "additionalProperties": false,
      "required": ["recency", "frequency", "monetary", "asOf"],
      "properties": {
        "kind": {"const": "rfm"},
        "as": {"type": "string"},
        "recency": {"$ref": "#/$defs/name"},
        "frequency": {"$ref": "#/$defs/name"},
        "monetary": {"$ref": "#/$defs/name"},
        "asOf": {"$ref": "#/$defs/time"},
        "thresholds": {"$ref": "#/$defs/rfmThresholds"},
        "segments": {"type": "array", "items": {"$ref": "#/$defs/rfmSegment"}}
      }
    },
    "rfmThresholds": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "days": {"$ref": "#/$defs/numbers"},
        "frequency": {"$ref": "#/$defs/numbers"},
        "monetary": {"$ref": "#/$defs/numbers"}
      }
    },
    "rfmSegment": {
      "type": "object",
      "additionalProperties": false,
      "required": ["label"],
      "properties": {
        "label": {"$ref": "#/$defs/name"},
        "recency": {"$ref": "#/$defs/scores"},
        "frequency": {"$ref": "#/$defs/scores"},
        "monetary": {"$ref": "#/$defs/scores"}
      }
    },
    "scores": {"type": "array", "minItems": 2, "maxItems": 2, "items": {"type": "integer", "minimum": 0, "maximum": 5}, "description": "lowest and highest"},
    "steady": {
      "additionalProperties": false,
      "required": ["tiers"],
      "properties": {
        "kind": {"const": "steady"},
        "as": {"type": "string"},
        "tiers": {"$ref": "#/$defs/dimension"},
        "hysteresis": {"$ref": "#/$defs/hysteresis"},
        "dwellDays": {"type": "integer"},
        "asOf": {"$ref": "#/$defs/time"},
        "held": {"type": "string", "description": "the column that says which class a unit holds"},
        "periods": {"type": "string"},
        "since": {"type": "string"},
        "asked": {"type": "string"}
      }
    },
    "hysteresis": {
      "type": "object",
      "additionalProperties": false,
      "description": "at most one of width, share and bands",
      "properties": {
        "width": {"type": "number", "minimum": 0, "description": "half the width of the band around every cut"},
        "share": {"type": "number", "minimum": 0, "description": "the same as a share of the cut"},
        "bands": {"type": "array", "items": {"$ref": "#/$defs/band"}},
        "dwell": {"type": "integer", "minimum": 0, "description": "periods that a unit stays in a tier at least"},
        "confirm": {"type": "integer", "minimum": 0, "description": "periods in a row in which a value must ask for a change"}
      }
    },
    "band": {
      "type": "object",
      "additionalProperties": false,
      "required": ["leave", "enter"],
      "properties": {
        "leave": {"type": "number"},
        "enter": {"type": "number"}
      }
    },
    "tiers": {
      "additionalProperties": false,
      "required": ["attribute"],
      "properties": {
        "kind": {"const": "tiers"},
        "attribute": {"$ref": "#/$defs/name"},
        "as": {"type": "string"},
        "cut": {"$ref": "#/$defs/cut"},
        "labels": {"$ref": "#/$defs/labels"},
        "weight": {"type": "string"},
        "signed": {"type": "boolean"},
        "since": {"type": "string"},
        "asOf": {"$ref": "#/$defs/time"},
        "newDays": {"type": "integer"}
      }
    },
    "cut": {
      "type": "object",
      "additionalProperties": false,
      "required": ["kind"],
      "properties": {
        "kind": {"enum": ["breaks", "deviations", "fixed", "quantiles", "share"]},
        "cuts": {"$ref": "#/$defs/numbers"},
        "multiples": {"$ref": "#/$defs/numbers"},
        "shares": {"$ref": "#/$defs/numbers"},
        "k": {"type": "integer"}
      }
    }
  }
}
`
