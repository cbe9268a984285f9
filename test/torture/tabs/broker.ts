/** The broker of the pages of a round. */
import 'atelier-react/broker'
